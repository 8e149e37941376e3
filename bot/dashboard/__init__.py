"""The dashboard: web pages for those who lead a party, and for operators.

Read ``proof`` first: the word of Telegram for somebody.
"""
