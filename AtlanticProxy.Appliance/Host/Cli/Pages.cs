using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli;

/// <summary>Lists that queries give by the page, and verbs show as a whole.</summary>
internal static class Pages
{
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<PageRequest, Task<Page<T>>> query, string? search = null)
    {
        var all = new List<T>();
        Page<T> page;
        int number = 1;
        do
        {
            page = await query(new PageRequest(number++, PageRequest.MaxSize, search));
            all.AddRange(page.Items);
        }
        while (page.HasNext);
        return all;
    }
}
