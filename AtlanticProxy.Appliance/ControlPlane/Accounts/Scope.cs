namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Whose rows a query or command may touch. It is a required part of every request that takes an id from outside, so the check
/// against the owner cannot be forgotten; what is out of scope is "not found", never "forbidden". The default value sees nothing.
/// </summary>
public readonly record struct Scope
{
    private readonly bool _everything;
    private readonly long _customerId;

    private Scope(bool everything, long customerId) => (_everything, _customerId) = (everything, customerId);

    /// <summary>Everything: for staff, the command line and jobs.</summary>
    public static Scope Staff => new(true, 0);

    /// <summary>The one customer that may be seen; null for staff.</summary>
    internal long? CustomerId => _everything ? null : _customerId;

    /// <summary>Only what belongs to this customer.</summary>
    public static Scope Of(long customerId) => new(false, customerId);
}
