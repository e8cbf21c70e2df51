// The program as users run it, from here so that its state is the benchmark's own.
import "#stacks/index.ts";
