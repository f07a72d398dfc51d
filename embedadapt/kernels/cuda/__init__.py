"""The training kernels on an NVIDIA GPU, through CuPy. They know arrays and numbers only.

`train.cu` is the kernel and `launch` calls it. `stream` prepares the text for it, `crowd` bounds
the number of writers, and `sizes` computes the memory they need. CuPy is imported when a function
needs the GPU.
"""
