"""What a file holds, every defect with its place, and how the file is repaired."""
