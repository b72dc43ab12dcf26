using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>Why a line is not imported.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Email">As the line has it.</param>
/// <param name="Field">A field's name; empty where it is about none.</param>
/// <param name="Reason">In words that say what to do. Never a password.</param>
public sealed record ImportRefusal(int Line, string Email, string Field, string Reason);

/// <summary>A proxy user as a line has it.</summary>
/// <param name="Password">Null: one is generated.</param>
internal sealed record ImportedProxyUser(int Line, string Name, string? Password)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Name} (line {Line})";
}

/// <summary>A customer as all its lines have it.</summary>
/// <param name="Lines">Of the file; the first is the customer's own.</param>
/// <param name="Balance">Null: none.</param>
/// <param name="BytesLeft">Null: what the plan gives.</param>
/// <param name="LastDay">Of the plan and of what is left, UTC, included; null: no end.</param>
internal sealed record ImportedCustomer(
    string Email, IReadOnlyList<int> Lines, string Name, string Company, string Country, string Plan, Money? Balance,
    long? BytesLeft, DateOnly? LastDay, string Tags, IReadOnlyList<ImportedProxyUser> ProxyUsers);
