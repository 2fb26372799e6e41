"""The report page: an evaluation's numbers and the rows behind them as one HTML file for people. No files, no torch."""

from pipeline.report_page.page import write_page

__all__ = ["write_page"]
