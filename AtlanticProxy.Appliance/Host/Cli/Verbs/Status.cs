using System.Reflection;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Host.Diagnosis;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>status</c>: whether the appliance runs and is well, and what it serves. Exit code 1 when it does not run or is unwell.
/// </summary>
internal sealed class Status(CommonOptions common)
    : DatabaseVerb(common, "status", "Show whether the appliance runs, how it is, and what it serves")
{
    /// <summary>Of the list that is only counted.</summary>
    private static readonly PageRequest One = new(size: 1);

    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        var health = await new HealthProbe(settings).AskAsync(call.Cancel);
        var customers = await call.Get<CustomerQueries>().ListAsync(One, call.Cancel);
        var users = await call.Get<ProxyUserQueries>().ListAsync(Scope.Staff, One, call.Cancel);
        var providers = await call.Get<ProviderQueries>().ListAsync(call.Cancel);
        var plans = await call.Get<PlanQueries>().ListAsync(call.Cancel);
        var today = await call.Get<UsageQueries>().TodayAsync(new UsageFilter(Scope.Staff), call.Cancel);
        string version = typeof(Status).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "";
        var (enabled, offered) = (providers.Count(provider => provider.Enabled), plans.Count(plan => plan.Active));
        call.Terminal.Done(
            new JsonObject
            {
                ["version"] = version, ["data"] = settings.Data.Directory, ["running"] = health.IsRunning,
                ["health"] = health.Status,
                ["portal"] = settings.PortalListener.Listen, ["customers"] = customers.Total, ["proxyUsers"] = users.Total,
                ["providers"] = providers.Count,
                ["providersEnabled"] = enabled, ["plans"] = plans.Count, ["plansOffered"] = offered, ["bytesToday"] = today.Bytes,
            },
            $"Version:     {version}",
            $"Data:        {settings.Data.Directory}",
            $"Portal:      {settings.PortalListener.Listen}",
            $"Health:      {health.Words}",
            $"Customers:   {Views.Count(customers.Total)}",
            $"Proxy users: {Views.Count(users.Total)}",
            $"Providers:   {Views.Count(providers.Count)}, {Views.Count(enabled)} enabled",
            $"Plans:       {Views.Count(plans.Count)}, {Views.Count(offered)} offered",
            $"Today (UTC): {Views.Gb(today.Bytes)} GB");
        return health.IsWell ? CommandLine.Done : CommandLine.Failed;
    }
}
