using System.Runtime.CompilerServices;
using AtlanticProxy.Engine.Transport;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Transport;

[TestClass]
public sealed class LoopTaskTests
{
    [TestMethod]
    public void Call_ThatDoesNotWait_HasItsResultAtOnce() => Assert.AreEqual(42, Take(AddAsync(new LoopTask<int>(40), 2)));

    [TestMethod]
    public void Call_ThatWaitsSeveralLevelsDeep_HasItsResultOnceSignalled()
    {
        var signal = new LoopSignal<int>();
        var call = CountLevelsAsync(signal, 5);
        Assert.IsFalse(call.GetAwaiter().IsCompleted);

        signal.Signal(100);

        Assert.AreEqual(105, Take(call));
    }

    [TestMethod]
    public void Call_ThatThrowsBeforeItWaits_ThrowsWhereItIsAwaitedWithItsStack() =>
        ThrowsWithStack(AddAsync(ThrowAsync(new LoopTask<int>(7)), 1));

    [TestMethod]
    public void Call_ThatThrowsAfterItWaited_ThrowsWhereItIsAwaitedWithItsStack()
    {
        var signal = new LoopSignal<int>();
        var call = AddAsync(ThrowAsync(signal.Begin()), 1);

        signal.Signal(7);

        ThrowsWithStack(call);
    }

    [TestMethod]
    public void Fault_OfWhatIsAwaited_CanBeCaughtLikeAnyOther()
    {
        var signal = new LoopSignal<int>();
        var call = CatchAsync(ThrowAsync(signal.Begin()));

        signal.Signal(7);

        Assert.AreEqual("7", Take(call));
    }

    [TestMethod]
    public void Signal_GivenBeforeTheAwait_IsNotLost()
    {
        var signal = new LoopSignal<int>();
        var task = signal.Begin();

        signal.Signal(40);

        Assert.AreEqual(42, Take(AddAsync(task, 2)));
    }

    [TestMethod]
    public void Signal_WithNobodyWaiting_DoesNothing()
    {
        var signal = new LoopSignal<int>();
        signal.Signal(1);
        var task = signal.Begin();
        Assert.IsFalse(task.GetAwaiter().IsCompleted, "what came before is not waited for");

        signal.Signal(2);
        signal.Signal(3);

        Assert.AreEqual(2, Take(task));
    }

    [TestMethod]
    public void Signal_AwaitedManyTimes_GivesEachItsOwnResult()
    {
        const int times = 10_000;
        var signal = new LoopSignal<int>();
        var sum = SumAsync(signal, times);

        for (int i = 1; i <= times; i++)
            signal.Signal(i);

        Assert.AreEqual(times * (times + 1) / 2, Take(sum));
    }

    /// <summary>The end comes while the caller is about to wait for it: sometimes just before, sometimes just after.</summary>
    [TestMethod]
    public void Call_WhoseTaskEndsOnAnotherThread_NeverLosesItsWaiter() =>
        Race((tasks, round, start) =>
        {
            var call = AddAsync(tasks[round], 1); // waits for the task already
            start();
            return call;
        });

    /// <summary>The end comes while the call is about to wait for the task.</summary>
    [TestMethod]
    public void Call_StartedWhileItsTaskEndsOnAnotherThread_NeverLosesItsWaiter() =>
        Race((tasks, round, start) =>
        {
            start();
            return AddAsync(tasks[round], 1);
        });

    [TestMethod]
    public void Calls_ManyUnderWayAtATime_AllocateNothingOnceTheyHaveFrames()
    {
        const int concurrent = 50, rounds = 100, patience = 2_000;
        var signals = Enumerable.Range(0, concurrent).Select(_ => new LoopSignal<int>()).ToArray();
        var calls = new LoopTask<int>[concurrent];
        long allocated = long.MaxValue;

        // At first there are frames to be made, and code to be compiled, which .NET does in several steps.
        for (int attempt = 0; attempt < patience && allocated > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < concurrent; i++)
                    calls[i] = CountLevelsAsync(signals[i], 3);
                for (int i = 0; i < concurrent; i++)
                    signals[i].Signal(i);
                for (int i = 0; i < concurrent; i++)
                    Take(calls[i]);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.AreEqual(0, allocated, $"bytes in {rounds} rounds of {concurrent} calls");
    }

    [TestMethod]
    [DataRow(true, DisplayName = "before its end")]
    [DataRow(false, DisplayName = "after its end")]
    public void Forget_OfAFault_DropsItAndLeavesNothingToTheNextCall(bool before)
    {
        var signal = new LoopSignal<int>();
        var forgotten = ThrowOddAsync(signal.Begin());
        if (before)
            forgotten.Forget();
        signal.Signal(1);
        if (!before)
            forgotten.Forget();

        var next = ThrowOddAsync(signal.Begin());
        Assert.IsFalse(next.GetAwaiter().IsCompleted);
        signal.Signal(2);
        Assert.AreEqual(2, Take(next));
    }

    [TestMethod]
    [DataRow("take")]
    [DataRow("forget")]
    [DataRow("forget late")]
    public void Call_ThatIsOver_HoldsOnToNothing(string ending)
    {
        var held = HoldUntilOver(ending);
        GC.Collect();
        Assert.IsFalse(held.IsAlive);
    }

    [TestMethod]
    public async Task OrdinaryTask_AwaitsALoopTask_GoesOnWithItsResultAndItsOwnContext()
    {
        var context = new AsyncLocal<string>();
        var signal = new LoopSignal<int>();
        async Task<string> OrdinaryAsync()
        {
            context.Value = "mine";
            int result = await AddAsync(signal.Begin(), 1);
            return $"{context.Value} {result}";
        }
        var ordinary = OrdinaryAsync();
        Assert.IsFalse(ordinary.IsCompleted);

        signal.Signal(41);

        Assert.IsTrue(ordinary.IsCompleted, "resumed by the signal, on its thread");
        Assert.AreEqual("mine 42", await ordinary);
    }

    [TestMethod]
    public void Calls_SuspendedAndSignalledInAnyOrder_GetEachItsOwnResult()
    {
        // Far more at a time than a thread keeps frames.
        var steps = Gen.Choose(int.MinValue, int.MaxValue).ArrayOf().Resize(2_000);
        Prop.ForAll(steps.ToArbitrary(), choices =>
        {
            var waiting = new List<(LoopSignal<int> Signal, int Depth, LoopTask<int> Call)>();
            int value = 0;
            void End(int index)
            {
                var (signal, depth, call) = waiting[index];
                waiting.RemoveAt(index);
                signal.Signal(++value);
                Assert.AreEqual(value + depth, Take(call));
            }
            foreach (int choice in choices)
            {
                if (choice >= 0 && waiting.Count > 0)
                {
                    End(choice % waiting.Count);
                    continue;
                }
                var signal = new LoopSignal<int>();
                int depth = (choice & int.MaxValue) % 4;
                waiting.Add((signal, depth, CountLevelsAsync(signal, depth)));
            }
            while (waiting.Count > 0)
                End(waiting.Count / 2);
        }).QuickCheckThrowOnFailure();
    }

    private static T Take<T>(LoopTask<T> task)
    {
        var awaiter = task.GetAwaiter();
        if (!awaiter.IsCompleted)
            Assert.Fail("it still waits");
        return awaiter.GetResult();
    }

    private static void ThrowsWithStack(LoopTask<int> call)
    {
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Take(call));
        Assert.AreEqual("7", fault.Message);
        StringAssert.Contains(fault.StackTrace, nameof(ThrowAsync));
        StringAssert.Contains(fault.StackTrace, nameof(AddAsync));
    }

    /// <summary>
    /// Starts and awaits calls, one a round, and ends the task that each waits for on another thread, at about the time when
    /// <c>start</c> was called.
    /// </summary>
    private static void Race(Func<Task<int>[], int, Action, LoopTask<int>> call)
    {
        const int rounds = 10_000;
        var sources = Enumerable.Range(0, rounds).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var tasks = sources.Select(source => source.Task).ToArray();
        int[] results = new int[rounds];
        int ended = 0;
        using var arrived = new CountdownEvent(rounds);
        using var together = new Barrier(2);
        var other = new Thread(() =>
        {
            var random = new Random(1);
            for (int round = 0; round < rounds; round++)
            {
                together.SignalAndWait();
                Thread.SpinWait(random.Next(100));
                sources[round].SetResult(round);
            }
        });
        other.Start();

        var random = new Random(2);
        for (int round = 0; round < rounds; round++)
        {
            var started = call(tasks, round, () =>
            {
                together.SignalAndWait();
                Thread.SpinWait(random.Next(100));
            });
            if (tasks[round].IsCompleted)
                ended++;
            RecordAsync(started, results, round, arrived).Forget();
        }
        other.Join();

        Assert.IsTrue(arrived.Wait(TimeSpan.FromSeconds(20)), $"{arrived.CurrentCount} of {rounds} calls never went on");
        CollectionAssert.AreEqual(Enumerable.Range(1, rounds).ToArray(), results);
        Assert.IsTrue(ended is > 0 and < rounds, $"{ended} of {rounds} ended first: that was no race");
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // or its locals would still be the caller's
    private static WeakReference HoldUntilOver(string ending)
    {
        object held = new();
        var signal = new LoopSignal<int>();
        var call = HoldAsync(held, signal.Begin());
        if (ending == "forget")
            call.Forget();
        signal.Signal(1);
        if (ending == "take")
            Assert.AreSame(held, Take(call));
        else if (ending == "forget late")
            call.Forget();
        return new WeakReference(held);
    }

    private static async LoopTask<int> AddAsync(LoopTask<int> task, int more) => await task + more;

    private static async LoopTask<int> AddAsync(Task<int> task, int more) => await task + more;

    private static async LoopTask<int> CountLevelsAsync(LoopSignal<int> signal, int depth) =>
        depth == 0 ? await signal.Begin() : 1 + await CountLevelsAsync(signal, depth - 1);

    private static async LoopTask<int> ThrowAsync(LoopTask<int> task) => throw new InvalidDataException($"{await task}");

    private static async LoopTask<int> ThrowOddAsync(LoopTask<int> task)
    {
        int result = await task;
        return result % 2 == 0 ? result : throw new InvalidDataException("odd");
    }

    private static async LoopTask<string> CatchAsync(LoopTask<int> task)
    {
        try
        {
            return $"no fault but {await task}";
        }
        catch (InvalidDataException fault)
        {
            return fault.Message;
        }
    }

    private static async LoopTask<int> SumAsync(LoopSignal<int> signal, int times)
    {
        int sum = 0;
        for (int i = 0; i < times; i++)
            sum += await signal.Begin();
        return sum;
    }

    private static async LoopTask<object> HoldAsync(object held, LoopTask<int> until)
    {
        await until;
        return held;
    }

    private static async LoopTask<bool> RecordAsync(LoopTask<int> call, int[] results, int round, CountdownEvent arrived)
    {
        results[round] = await call;
        return arrived.Signal();
    }
}
