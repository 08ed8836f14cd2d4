"""The field's analyses, pure: respondents and a framework in, plain values out. Never Django or the database.

Sentences in here are fixed English texts without values in them, so that whoever prints one can
translate it.
"""
