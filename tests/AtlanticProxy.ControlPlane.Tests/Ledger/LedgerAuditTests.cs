using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Ledger;

[TestClass]
public sealed class LedgerAuditTests
{
    [TestMethod]
    public async Task Audit_WhileItRuns_LooksAtTheStartAndEachNight()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(new(ann.Id, 100, "USD"), default));
        var time = new FakeTimeProvider(new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero));
        var audit = new LedgerAudit(plane.Services.GetRequiredService<IServiceScopeFactory>(), time, NullLogger<LedgerAudit>.Instance);
        using var stop = new CancellationTokenSource();
        var running = audit.RunAsync(stop.Token);
        await Poll.UntilAsync(() => audit.Found is not null, because: "it looks at the start");
        Assert.IsEmpty(audit.Found!);

        foreach (long balance in new[] { 101L, 102L })
        {
            await plane.Database.ExecuteAsync(
                $"alter table ledger_accounts disable trigger ledger_accounts_guard; update ledger_accounts set balance = {balance} where kind = 'wallet'");
            await Poll.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromHours(1));
                return audit.Found!.Any(difference => difference.Balance == balance);
            }, because: "night comes");
        }

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }
}
