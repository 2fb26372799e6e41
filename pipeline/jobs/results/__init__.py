"""What every job writes its results with: folders that appear whole, names without a machine's paths, model cards."""
