"""The training kernels on an NVIDIA GPU, through CuPy: arrays and numbers only, as beside.

`train.cu` is the kernel, `launch` calls it; `stream` is the text as it reads it, `crowd` how many
may write at one time, `sizes` what they need. CuPy is imported by what needs the GPU, when called.
"""
