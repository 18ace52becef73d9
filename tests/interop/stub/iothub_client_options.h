/* The options that the generated program uses are in shared_util_options.h. */
