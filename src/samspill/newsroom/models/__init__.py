"""What the public sees: pages, and the lists of subjects, audiences and contacts that stories point to."""

from samspill.newsroom.models.front import FrontPage
from samspill.newsroom.models.imported import ImportedStory
from samspill.newsroom.models.lists import BlogIndexPage, InfoPage, StoryIndexPage
from samspill.newsroom.models.named import Audience, Subject
from samspill.newsroom.models.people import Contact, PressDuty
from samspill.newsroom.models.stories import BlogPost, NewsroomStory, PressRelease, RelatedPage, StoryContact

__all__ = [
    "Audience",
    "BlogIndexPage",
    "BlogPost",
    "Contact",
    "FrontPage",
    "ImportedStory",
    "InfoPage",
    "NewsroomStory",
    "PressDuty",
    "PressRelease",
    "RelatedPage",
    "StoryContact",
    "StoryIndexPage",
    "Subject",
]
