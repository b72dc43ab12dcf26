using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Usage;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>usage CUSTOMER</c>: what is left, of which grants, until when, whether the next connection is served, and the traffic of
/// each of the last 30 days.
/// </summary>
internal static class CustomerUsage
{
    /// <returns>The exit code.</returns>
    public static async Task<int> ShowAsync(Call call, string email)
    {
        var found = await call.Get<CustomerQueries>().FindByEmailAsync(email, call.Cancel);
        if (!found.IsSuccess)
            return call.Terminal.Fail(found);
        var customer = found.Value;
        var grants = await call.Get<GrantQueries>().ListAsync(Scope.Staff, customer.Id, call.Cancel);
        if (await call.Get<GrantQueries>().WhatNextAsync(Scope.Staff, customer.Id, call.Cancel) is not { } next)
            return call.Terminal.Fail($"{customer.Email} was removed just now.");
        var days = await call.Get<UsageQueries>().SeriesAsync(
            new UsageFilter(Scope.Staff, customer.Id), UsagePeriod.Last30Days, call.Cancel);
        return call.Terminal.Done(
            new
            {
                customer = customer.Email, served = next.Source != NextSource.Nothing, next.Standing, next.Source, next.InMinutes,
                left = next.Granted, next.ByWallet, price = PriceOf(next)?.Amount, next.Currency, next.GoodUntil, next.PeriodEnd,
                grants, days = days.Select(day => new { day = Views.Day(day.From), day.BytesUp, day.BytesDown, day.Bytes,
                    day.Connections }),
            },
            [
                $"Customer: {customer.Email}", $"Served:   {ServedOf(next)}", $"Left:     {LeftOf(next)}",
                $"Renews:   {(next.PeriodEnd is { } end ? $"{Views.Minute(end)} UTC" : "-")}",
                .. Section(grants, "No grants.", ("GRANT", grant => Spelling.Of(grant.Origin)),
                    ("LEFT", grant => Amount(grant.Left, grant.InMinutes)),
                    ("OF", grant => Amount(grant.Amount, grant.InMinutes)),
                    ("FROM (UTC)", grant => Views.Minute(grant.ValidFrom)),
                    ("UNTIL (UTC)", grant => grant.ValidUntil is { } until ? Views.Minute(until) : "for good"),
                    ("PROXY USER", grant => grant.ProxyUser ?? "all"), ("GOOD NOW", grant => grant.IsGood ? "yes" : "no")),
                .. Section([.. days.Where(day => day.Connections > 0 || day.Bytes > 0)], "No traffic in the last 30 days.",
                    ("DAY (UTC)", day => Views.Day(day.From)), ("UP", day => Views.Count(day.BytesUp)),
                    ("DOWN", day => Views.Count(day.BytesDown)), ("BYTES", day => Views.Count(day.Bytes)),
                    ("CONNECTIONS", day => Views.Count(day.Connections))),
            ]);
    }

    private static string ServedOf(WhatNext next) => next.Source switch
    {
        NextSource.Unbounded => "yes, without a limit",
        NextSource.Grant => "yes, from a grant",
        NextSource.Wallet => "yes, from the wallet",
        NextSource.Floor => "yes, at the plan's floor speed",
        NextSource.Nothing => $"no, {Spelling.Of(next.Standing)}",
    };

    private static string LeftOf(WhatNext next)
    {
        if (next.Source == NextSource.Unbounded)
            return "no limit";
        string until = next is { Granted: > 0, GoodUntil: { } end } ? $", the next grant until {Views.Minute(end)} UTC" : "";
        string wallet = PriceOf(next) is { } price
            ? $"; the wallet pays for {Amount(next.ByWallet, next.InMinutes)} more at {price} "
                + (next.InMinutes ? "an hour" : "a GB")
            : "";
        return $"{Amount(next.Granted, next.InMinutes)}{until}{wallet}";
    }

    private static Money? PriceOf(WhatNext next) => next is { Price: { } price, Currency: { } currency }
        ? new Money(price, currency)
        : null;

    private static string Amount(long amount, bool inMinutes) =>
        inMinutes ? $"{Views.Count(amount)} min" : $"{Views.Gb(amount)} GB";

    /// <summary>A table below an empty line, or what stands in place of one without rows.</summary>
    private static IEnumerable<string> Section<T>(
        IReadOnlyList<T> rows, string none, params (string Heading, Func<T, string> Cell)[] columns) =>
        ["", .. rows.Count > 0 ? Terminal.Table(rows, columns) : [none]];
}
