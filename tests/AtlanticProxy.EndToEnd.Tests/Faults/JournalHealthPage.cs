using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>What <c>/health/ready</c> says of the usage journal.</summary>
internal sealed record JournalHealthPage(string Status, long WaitingBytes, bool HasFlushed)
{
    public bool IsDelivered => WaitingBytes == 0 && HasFlushed;

    public static async Task<JournalHealthPage> ReadAsync(RunningAppliance appliance)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(new Uri(appliance.Ready.Portal), "/health/ready"));
        var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var journal = page.RootElement.GetProperty("entries").GetProperty("journal");
        var facts = journal.GetProperty("data");
        return new(journal.GetProperty("status").GetString()!, facts.GetProperty("waitingBytes").GetInt64(),
            facts.GetProperty("lastFlushed").GetString() != "never");
    }
}
