using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Tests.Serving;

[TestClass]
public sealed class BackgroundWorkTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Work_ThatThrows_IsRecordedAndStartedAgainWhileOthersRunOn()
    {
        await using var work = new BackgroundWork(TimeProvider.System, NullLogger<BackgroundWork>.Instance);
        var other = new TaskCompletionSource();
        var again = new TaskCompletionSource();
        var mayFail = new TaskCompletionSource();
        int starts = 0;

        work.Start("steady", async stop =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            other.SetResult();
        });
        work.Start("faulty", async stop =>
        {
            if (++starts == 1)
            {
                await mayFail.Task;
                throw new InvalidOperationException("broken");
            }
            again.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        mayFail.SetResult();
        await Testing.Poll.UntilAsync(() => work.Failing.ContainsKey("faulty"));
        Assert.AreEqual("broken", work.Failing["faulty"].Message);

        await again.Task.WaitAsync(TestContext.CancellationToken);
        Assert.IsEmpty(work.Failing);
        Assert.IsFalse(other.Task.IsCompleted);

        await work.DisposeAsync();
        Assert.IsTrue(other.Task.IsCompleted);
    }

    [TestMethod]
    public async Task Work_ThatEndsUnasked_CountsAsFailed()
    {
        await using var work = new BackgroundWork(TimeProvider.System, NullLogger<BackgroundWork>.Instance);

        work.Start("short", _ => Task.CompletedTask);

        await Testing.Poll.UntilAsync(() => work.Failing.ContainsKey("short"));
    }
}
