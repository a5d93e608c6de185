"""Asking many people at once by file (INTERFACE 12): the same questions, references, inbox and settlement as a call.

`writing` puts a file ready, `reading` lets a file of answers take effect, `overview` tells how files stand.
"""
