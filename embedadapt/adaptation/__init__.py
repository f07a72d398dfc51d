"""From pretrained vectors and an encoded corpus to an adapter."""
