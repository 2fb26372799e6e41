"""The page on which labelled articles are read: what it holds, and how it is written. No files are opened here."""

from pipeline.view_page.contents import Contents, JsonPage, ViewedArticle
from pipeline.view_page.page import page_script, write_page

__all__ = ["Contents", "JsonPage", "ViewedArticle", "page_script", "write_page"]
