"""The warehouse: files that are whole or absent, Parquet, and what earlier commits remember.

The only transform package that touches the output folder and pyarrow.
"""
