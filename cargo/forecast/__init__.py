"""Monthly series forward: figures in, figures out. Imports numpy and statsmodels, so only workers load it."""
