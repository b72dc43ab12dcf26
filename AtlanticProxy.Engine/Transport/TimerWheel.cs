using System.Numerics;

namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// Something that can wait for a moment in a <see cref="TimerWheel"/>. It is its own list node, so arming allocates nothing.
/// </summary>
internal abstract class TimerNode
{
    internal TimerNode? NextTimer, PreviousTimer;
    internal long DueTick;
    internal int TimerSlot = Unarmed;

    internal const int Unarmed = -1;

    internal bool IsArmed => TimerSlot != Unarmed;

    /// <summary>On the loop's thread, once for each time it was armed.</summary>
    internal abstract void OnTimer();
}

/// <summary>
/// A hierarchical timer wheel (Varghese and Lauck, 1987): arming, disarming and expiry are O(1), and ten thousand timers minutes
/// away cost nothing until they move down a level. Owned by one loop, used on its thread only.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>
    /// Milliseconds a tick: fine enough for the 250 ms race of a silent upstream, coarse enough to batch wake-ups.
    /// </summary>
    public const int TickMilliseconds = 8;

    private const int SlotBits = 6, Slots = 1 << SlotBits, Levels = 4; // 0.5 s, 33 s, 35 min, 37 h

    private readonly Slot[] _slots = new Slot[Slots * Levels];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _now;

    public TimerWheel(long nowMilliseconds) => _now = nowMilliseconds / TickMilliseconds;

    /// <summary>Arms <paramref name="node"/> (again) to fire not before <paramref name="dueMilliseconds"/>.</summary>
    public void Arm(TimerNode node, long dueMilliseconds)
    {
        Disarm(node);
        node.DueTick = Math.Max((dueMilliseconds + TickMilliseconds - 1) / TickMilliseconds, _now + 1);
        Insert(node);
    }

    public void Disarm(TimerNode node)
    {
        if (!node.IsArmed)
            return;
        if (node.PreviousTimer is { } previous)
            previous.NextTimer = node.NextTimer;
        else
        {
            _slots[node.TimerSlot].Head = node.NextTimer;
            if (node.NextTimer is null)
                _occupied[node.TimerSlot >> SlotBits] &= ~(1UL << (node.TimerSlot & (Slots - 1)));
        }
        if (node.NextTimer is { } next)
            next.PreviousTimer = node.PreviousTimer;
        node.NextTimer = node.PreviousTimer = null;
        node.TimerSlot = TimerNode.Unarmed;
    }

    /// <summary>
    /// Milliseconds from <paramref name="nowMilliseconds"/> to the next moment at which there is something to do; -1 for none.
    /// </summary>
    public int UntilNext(long nowMilliseconds)
    {
        long next = long.MaxValue;
        for (int level = 0; level < Levels; level++)
        {
            if (_occupied[level] == 0)
                continue;
            // The nearest occupied slot after the present one, in turning order.
            int shift = level * SlotBits;
            int position = (int)(_now >> shift) & (Slots - 1);
            ulong turned = BitOperations.RotateRight(_occupied[level], (position + 1) & (Slots - 1));
            int ahead = BitOperations.TrailingZeroCount(turned) + 1;
            next = Math.Min(next, ((_now >> shift) + ahead) << shift);
        }
        return next == long.MaxValue ? -1 : (int)Math.Clamp(next * TickMilliseconds - nowMilliseconds, 0, int.MaxValue);
    }

    /// <summary>Moves time on and fires what is due.</summary>
    public void Advance(long nowMilliseconds)
    {
        long target = nowMilliseconds / TickMilliseconds;
        while (_now < target)
        {
            if (_occupied[0] == 0)
            {
                // Nothing this turn of the lowest wheel: skip to where a higher one hands down.
                long boundary = (_now | (Slots - 1)) + 1;
                if (boundary > target)
                {
                    _now = target;
                    return;
                }
                _now = boundary;
            }
            else
                _now++;

            if ((_now & (Slots - 1)) == 0)
                HandDown(1);
            int slot = (int)_now & (Slots - 1);
            while (_slots[slot].Head is { } due)
            {
                Disarm(due);
                due.OnTimer();
            }
        }
    }

    private void HandDown(int level)
    {
        if (level == Levels)
            return;
        int position = (int)(_now >> (level * SlotBits)) & (Slots - 1);
        if (position == 0)
            HandDown(level + 1);
        int slot = (level << SlotBits) + position;
        while (_slots[slot].Head is { } node)
        {
            Disarm(node);
            Insert(node);
        }
    }

    private void Insert(TimerNode node)
    {
        long ahead = Math.Max(node.DueTick - _now, 0);
        int level = 0;
        while (level < Levels - 1 && ahead >= 1L << ((level + 1) * SlotBits))
            level++;
        // Beyond the top wheel's reach (37 h): park in its last slot; it is inserted again when that comes round.
        long tick = Math.Min(node.DueTick, _now + (1L << (Levels * SlotBits)) - 1);
        int position = (int)(tick >> (level * SlotBits)) & (Slots - 1);
        int slot = (level << SlotBits) + position;

        node.TimerSlot = slot;
        node.PreviousTimer = null;
        node.NextTimer = _slots[slot].Head;
        if (node.NextTimer is { } next)
            next.PreviousTimer = node;
        _slots[slot].Head = node;
        _occupied[level] |= 1UL << position;
    }

    /// <summary>
    /// A list of nodes. An array of structures, since an array of objects checks the type of each that is stored in it.
    /// </summary>
    private struct Slot
    {
        public TimerNode? Head;
    }
}
