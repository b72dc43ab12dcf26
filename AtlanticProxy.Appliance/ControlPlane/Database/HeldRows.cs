using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// Rows that are held until the transaction ends, for commands that write by what they read: whoever else wants to change or hold one waits, and then reads it as it
/// was left. Saving writes only what differs from what was read, so two that read the same row would leave a mixture of both.
/// </summary>
/// <remarks>Not FOR UPDATE: rows that refer to one must still come in, for quotas write such while they hold what its own triggers wait for.</remarks>
internal static class HeldRows
{
    public static IQueryable<Customer> Held(this DbSet<Customer> customers, long id) => customers.FromSql($"select * from customers where id = {id} for no key update");

    public static IQueryable<Plan> Held(this DbSet<Plan> plans, long id) => plans.FromSql($"select * from plans where id = {id} for no key update");

    public static IQueryable<Pool> Held(this DbSet<Pool> pools, long id) => pools.FromSql($"select * from pools where id = {id} for no key update");

    public static IQueryable<Provider> Held(this DbSet<Provider> providers, long id) => providers.FromSql($"select * from providers where id = {id} for no key update");

    public static IQueryable<ProxyUser> Held(this DbSet<ProxyUser> users, long id) => users.FromSql($"select * from proxy_users where id = {id} for no key update");
}
