"""The two commands: environment, front-end files, embedded servers, process group.

Standard library only up to the moment the virtual environment exists (environment.py and what it imports).
"""
