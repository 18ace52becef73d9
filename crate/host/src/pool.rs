//! Places for many guests, made once and used again.

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::Limits;

/// What the real component has of each.
const CORE_INSTANCES: u32 = 3;
const MEMORIES: u32 = 1;
const TABLES: u32 = 2;

/// Places that are kept warm while no guest is in them.
const WARM: u32 = 100;

/// What a guest's memory and its tables may keep of the process while no guest is in their place, in bytes: more than a
/// provisioning takes of them.
const KEPT: (usize, usize) = (2 * 1024 * 1024, 64 * 1024);

/// Places that are cleared at a time.
const CLEARED: usize = 64;

/// Settings of wasmtime for many devices, for [`Provisioner::from_precompiled_with`] and `from_component_with`: memory and
/// stack of a guest are taken from `at_once` places that are made with the first, instead of asked of the system for
/// each device and given back. Tell [`Provisioner::at_once`] the same number.
///
/// A place is cleared before the next guest gets it. On Linux from 6.7 on it keeps its memory meanwhile, which saves most.
///
/// 5,000 places take some ten milliseconds to make, and 20 TB of addresses, not of memory. Where the system does not give
/// them (`ulimit -v`, a processor with 39 bits for an address), loading ends in [`LoadError::Engine`]; fewer places, or
/// none, take less.
///
/// A guest may have no more memory than [`Limits::default`] says, whatever other limits allow.
///
/// [`Provisioner::at_once`]: crate::Provisioner::at_once
/// [`Provisioner::from_precompiled_with`]: crate::Provisioner::from_precompiled_with
/// [`LoadError::Engine`]: crate::LoadError::Engine
#[must_use]
pub fn pool(at_once: u32) -> Config {
    let in_all = |of_one: u32| at_once.saturating_mul(of_one);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(at_once)
        .total_core_instances(in_all(CORE_INSTANCES))
        .total_memories(in_all(MEMORIES))
        .total_tables(in_all(TABLES))
        .total_stacks(at_once)
        .max_memory_size(Limits::default().memory)
        .max_unused_warm_slots(WARM)
        .decommit_batch_size(CLEARED);
    // Without it, what is kept would be all from the first byte on, taken or not.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        let (memory, table) = KEPT;
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(memory).table_keep_resident(table);
    }
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
