using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer resell|sell|take-back</c>: customers of customers.</summary>
internal static class ResellerVerbs
{
    /// <summary><c>customer resell EMAIL [--floor A] [--currency C] [--off]</c>.</summary>
    public static Command Resell(CommonOptions common)
    {
        var floor = Values.Amount("--floor", "Price a GB that it may not sell below; any price if left out");
        var currency = new Option<string?>("--currency") { HelpName = "CODE", Description =
            "ISO 4217, of the floor and its prices; as it is, or what the customer pays in, if left out" };
        var off = new Option<bool>("--off") { Description = "No longer: its customers stay as they are" };
        return new SimpleVerb<CustomerSummary>(common, "resell", "Let a customer have customers of its own", Subject.Customer(),
            async (call, customer) =>
        {
            var present = await call.Get<ResaleQueries>().FindAsync(customer.Id, call.Cancel);
            string code = call.Value(currency) ?? present?.Currency ?? "";
            long? least = null;
            if (call.Value(floor) is { } given)
            {
                var money = Money.Of(given, code);
                if (!money.IsSuccess)
                    return call.Terminal.Fail(money);
                least = money.Value.MinorUnits;
            }
            return await call.DoneAsync(call.Get<SetReseller>().ExecuteAsync(
                new(Scope.Staff, customer.Id, !call.Value(off), least, code.Length > 0 ? code : null), call.Cancel),
                changed => new { customer = customer.Email, changed, mayResell = !call.Value(off) },
                changed => [changed ? $"{customer.Email} may {(call.Value(off) ? "no longer" : "now")} resell" : "No changes"]);
        }, floor, currency, off);
    }

    /// <summary><c>customer sell EMAIL --gb N [--until D]</c>.</summary>
    public static Command Sell(CommonOptions common)
    {
        var gb = Values.Size("--gb", "Traffic: 5, or 500MB");
        var until = Values.Day("--until", "The last day (UTC) on which it is good; as long as the reseller has it if left out");
        gb.Required = true;
        return new SimpleVerb<CustomerSummary>(common, "sell", "Reserve traffic of its reseller's grants for a customer",
            Subject.Customer(), (call, customer) => call.DoneAsync(
                call.Get<SellTraffic>().ExecuteAsync(new(Scope.Staff, customer.Id, call.Value(gb)?.Bytes ?? 0,
                    call.Value(until) is { } last ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null),
                    call.Cancel),
                bytes => new { customer = customer.Email, bytes },
                bytes => [$"Reserved {Views.Gb(bytes)} GB for {customer.Email}"]), gb, until);
    }

    /// <summary><c>customer take-back EMAIL</c>.</summary>
    public static Command TakeBack(CommonOptions common) => new SimpleVerb<CustomerSummary>(
        common, "take-back", "Give what a reseller's customer has not used back to the reseller", Subject.Customer(),
        (call, customer) => call.DoneAsync(
            call.Get<ReturnTraffic>().ExecuteAsync(new(Scope.Staff, customer.Id), call.Cancel),
            bytes => new { customer = customer.Email, bytes },
            bytes => [$"{Views.Gb(bytes)} GB of {customer.Email} went back to the reseller"]));

    /// <summary>Id of the reseller with that address; null for none.</summary>
    public static async Task<Result<long?>> SellerIdAsync(Call call, string? email)
    {
        if (string.IsNullOrEmpty(email))
            return Result.Of<long?>(null);
        var seller = await call.Get<CustomerQueries>().FindByEmailAsync(email, call.Cancel);
        return seller.Then(found => (long?)found.Id);
    }
}
