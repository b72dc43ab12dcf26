namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What a directory says of a VAT number.</summary>
public enum VatAnswer
{
    /// <summary>It could not be asked, or did not answer: the form alone then counts.</summary>
    Unknown,

    /// <summary>Somebody's who is registered.</summary>
    Registered,

    /// <summary>Nobody's.</summary>
    NotRegistered,
}

/// <summary>Whoever knows which VAT numbers exist, as VIES does for the member states.</summary>
public interface IVatDirectory
{
    /// <param name="vatId">With its prefix, upper case, without separators.</param>
    /// <returns>Within a few seconds, never an exception for a directory that is away.</returns>
    Task<VatAnswer> AskAsync(string vatId, CancellationToken cancellation);
}

/// <summary>Where there is none to ask.</summary>
internal sealed class NoVatDirectory : IVatDirectory
{
    public Task<VatAnswer> AskAsync(string vatId, CancellationToken cancellation) => Task.FromResult(VatAnswer.Unknown);
}
