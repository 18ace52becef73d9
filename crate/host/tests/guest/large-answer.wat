;; Answers with a string of eight megabytes as its hub, and as everything else.
(module
    (import "dps-x509:device/tls@0.1.0" "[resource-drop]identity" (func $drop (param i32)))

    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (local $at i32)
        (drop (memory.grow (i32.const 140)))
        (loop
            (i32.store (i32.add (i32.const 8) (local.get $at)) (i32.const 65536))
            (i32.store (i32.add (i32.const 12) (local.get $at)) (i32.const 8388608))
            (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 512))))
        (call $drop (i32.const 1))
        (return (i32.const 0))
        unreachable))
