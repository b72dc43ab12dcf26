using System.Net.Http.Json;
using System.Text.Json;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>The European Commission's directory of VAT numbers, by its REST interface.</summary>
public sealed class ViesDirectory : IVatDirectory, IDisposable
{
    /// <summary>People wait for it: a member state that is asleep is asked another time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Invalid = "INVALID";

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public ViesDirectory(TimeProvider time) : this(time, new SocketsHttpHandler()) { }

    internal ViesDirectory(TimeProvider time, HttpMessageHandler handler)
    {
        _time = time;
        _http = new HttpClient(handler) { BaseAddress = new Uri("https://ec.europa.eu/taxation_customs/vies/rest-api/") };
    }

    private sealed record Said(bool IsValid, string? UserError);

    /// <inheritdoc/>
    public async Task<VatAnswer> AskAsync(string vatId, CancellationToken cancellation)
    {
        using var patient = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellation);
        try
        {
            // The prefix is the directory's own name of the member state: EL for Greece.
            var said = await _http.GetFromJsonAsync<Said>($"ms/{vatId[..2]}/vat/{vatId[2..]}", either.Token);
            return said switch
            {
                { IsValid: true } => VatAnswer.Registered,
                { UserError: Invalid } => VatAnswer.NotRegistered,
                _ => VatAnswer.Unknown, // a member state is away, or too many ask
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return VatAnswer.Unknown;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
