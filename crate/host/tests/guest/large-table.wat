;; Has a table of a hundred million elements.
(module
    (table 100000000 funcref)
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32) unreachable))
