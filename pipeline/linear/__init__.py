"""The linear classifier: bags of n-grams, TF-IDF, logistic regression. NumPy alone scores; scikit-learn fits it."""
