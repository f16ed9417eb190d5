"""Stories from elsewhere: a feed, a WordPress export, a folder of Markdown. Readers here know no Django;
``pictures``, ``redirects``, ``writing`` and ``run`` put what they read into the newsroom."""
