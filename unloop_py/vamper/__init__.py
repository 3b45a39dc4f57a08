"""Room C: the next repetition is ready before the seam. Imports no torch; the model lives in a worker process."""
