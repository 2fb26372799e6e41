"""What a customer asks for, one job per file: label, train, evaluate. Progress bars live here and nowhere below."""
