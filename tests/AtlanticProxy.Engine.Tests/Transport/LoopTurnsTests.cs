using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Transport;

[TestClass]
public sealed class LoopTurnsTests
{
    [TestMethod]
    public async Task Bytes_OverTheBudget_WaitUntilTheOthersHadTheirTurns()
    {
        using var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        var order = new List<string>();
        var done = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously); // the loop is not to wait for itself
        loop.Start();
        loop.Post(() => _ = MoveAsync());
        await done.Task.WaitAsync(Poll.DefaultDeadline);
        CollectionAssert.AreEqual(new[] { "within", "another", "after", "another", "after" }, order);

        async Task MoveAsync()
        {
            var turns = new LoopTurns(loop);
            await turns.SpendAsync(LoopTurns.Budget - 1);
            order.Add("within");
            for (int i = 0; i < 2; i++)
            {
                loop.Requeue(new Another(() => order.Add("another")));
                await turns.SpendAsync(LoopTurns.Budget);
                order.Add("after");
            }
            done.SetResult();
        }
    }

    private sealed class Another(Action move) : LoopHandle
    {
        internal override void OnTurn() => move();

        internal override void OnReady(int fd, uint events)
        {
        }

        internal override void OnTimer()
        {
        }
    }
}
