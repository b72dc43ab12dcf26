using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Reconciliation;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider bill NAME --day D --bytes N [--source TEXT]</c>.</summary>
internal sealed class ProviderBill : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<DateOnly> _day = new("--day") { HelpName = "DAY", Required = true,
        Description = "UTC, for example 2026-11-22" };
    private readonly Option<long> _bytes = new("--bytes") { HelpName = "N", Required = true,
        Description = "What the provider counted on that day, both directions" };
    private readonly Option<string> _source = new("--source")
    {
        HelpName = "TEXT", DefaultValueFactory = _ =>
        EnterProviderBill.ByHand, Description = "Where the count is from: a dashboard, an invoice",
    };

    public ProviderBill(CommonOptions common)
        : base(common, "bill", "Note what a provider says that you bought on a day, for reconcile")
    {
        Add(_name);
        Add(_day);
        Add(_bytes);
        Add(_source);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var found = await services.GetRequiredService<ProviderQueries>().FindByNameAsync(parsed.GetRequiredValue(_name), cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var bill = new EnterProviderBill.Request(found.Value.Id, parsed.GetValue(_day), parsed.GetValue(_bytes),
            parsed.GetRequiredValue(_source));
        var entered = await services.GetRequiredService<EnterProviderBill>().ExecuteAsync(bill, cancel);
        return entered.IsSuccess
            ? terminal.Done(new { provider = found.Value.Name, bill.Day, bill.Bytes, bill.Source },
                string.Create(CultureInfo.InvariantCulture,
                    $"{found.Value.Name} counted {bill.Bytes:N0} bytes on {bill.Day:yyyy-MM-dd}"))
            : terminal.Fail(entered);
    }
}
