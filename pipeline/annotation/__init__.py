"""What annotation tools read: labelled paragraphs as tasks of Label Studio, as doccano's rows, as rows to train on.

Reading back what annotators made of them is the business of `pipeline.labelled`.
"""
