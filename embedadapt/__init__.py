"""embedadapt: pretrained word vectors, made right for the text of your domain."""

__version__ = "0.1.0"
