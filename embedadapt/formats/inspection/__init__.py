"""What a file holds, every defect with its place, and how it is mended."""
