"""taawun: label paragraphs of Arabic news by domain of international cooperation.

Articles flow one way, `Article -> Paragraph -> Prediction`; start with `pipeline.records`.
"""

__version__ = "0.1.0"
