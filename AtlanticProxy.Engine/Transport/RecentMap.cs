using System.Diagnostics.CodeAnalysis;

namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// A bounded map that forgets what was not used for longest, roughly and cheaply: two generations, of which the older is dropped
/// whole when the younger is full, and what is found in the older moves to the younger. Holds up to twice its capacity.
/// </summary>
internal sealed class RecentMap<TKey, TValue>(int capacity) where TKey : notnull
{
    private Dictionary<TKey, TValue> _young = [], _old = [];

    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value))
            return true;
        if (!_old.Remove(key, out value))
            return false;
        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        _old.Remove(key);
        _young[key] = value;
        if (_young.Count < capacity)
            return;
        (_old, _young) = (_young, _old);
        _young.Clear();
    }
}
