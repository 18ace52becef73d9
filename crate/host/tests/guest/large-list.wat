;; Tells of a connection with a chain of a million certificates, all of them at the same place.
(module
    (import "dps-x509:device/events@0.1.0" "emit" (func $emit (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
        (local $at i32)
        (drop (memory.grow (i32.const 130)))
        (loop
            (i32.store (i32.add (i32.const 65536) (i32.mul (local.get $at) (i32.const 8))) (i32.const 65536))
            (i32.store (i32.add (i32.const 65540) (i32.mul (local.get $at) (i32.const 8))) (i32.const 1000000))
            (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 1000000))))
        ;; `connected` without peer, version and suite.
        (i32.store8 (i32.const 8) (i32.const 1))
        (i32.store (i32.const 52) (i32.const 65536))
        (i32.store (i32.const 56) (i32.const 1000000))
        (call $emit (i32.const 0))
        unreachable))
