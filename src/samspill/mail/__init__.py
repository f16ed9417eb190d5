"""E-mail to people of the desk. Optional: what needs a person stands on the front page too."""
