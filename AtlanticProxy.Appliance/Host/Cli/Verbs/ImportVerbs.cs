using System.CommandLine;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>import customers|list|undo</c>.</summary>
internal static class ImportVerbs
{
    public static Command All(CommonOptions common) => new("import", "Customers who move in from another panel")
    {
        new ImportCustomers(common), new ImportList(common),
        new SimpleVerb<ImportSummary>(common, "undo",
            "Remove the customers that an import made and nobody has touched since, within 7 days", Subject(), UndoAsync),
    };

    private static Subject<ImportSummary> Subject()
    {
        var id = Values.IdArgument("The import's number: see import list");
        return new(id, call => call.Get<ImportQueries>().FindAsync(call.Value(id), call.Cancel));
    }

    private static async Task<int> UndoAsync(Call call, ImportSummary import)
    {
        var started = await call.Get<StartImport>().UndoAsync(import.Id, call.Cancel);
        if (!started.IsSuccess)
            return call.Terminal.Fail(started);
        await call.Get<RunImports>().ExecuteAsync(import.Id, call.Cancel);
        var undone = (await call.Get<ImportQueries>().FindAsync(import.Id, call.Cancel)).Value;
        var left = await call.Get<ImportQueries>().LeftAsync(import.Id, call.Cancel);
        return call.Terminal.Done(new { undone.Id, undone.Removed, left },
            [$"{undone.Removed} customers removed", .. left.Select(each => $"left {each.Email}: {each.Reason}")]);
    }

    /// <summary><c>import customers FILE [--map COLUMN=FIELD]... [--check]</c>.</summary>
    private sealed class ImportCustomers : DatabaseVerb
    {
        private readonly Argument<string> _file = new("FILE")
        {
            Description = "CSV with a line of headings; - reads standard input",
        };

        private readonly Option<string[]> _map = new("--map")
        {
            HelpName = "COLUMN=FIELD",
            Description = $"What a column is, where its heading does not say so: one of {string.Join(", ",
                Enum.GetValues<ImportField>().Select(ImportMapping.NameOf))}",
        };

        private readonly Option<bool> _check = new("--check") { Description = "Change nothing; print what would be refused" };

        public ImportCustomers(CommonOptions common)
            : base(common, "customers", "Add the customers and proxy users of a file, each customer whole or not at all")
        {
            AddAll(_file, _map, _check);
            _map.Validators.Add(given =>
            {
                foreach (string map in given.Tokens.Select(token => token.Value))
                    if (FieldOf(map) is null)
                        given.AddError($"--map: '{map}' is not COLUMN=FIELD with a field such as email or proxy_user.");
            });
        }

        protected override async Task<int> RunAsync(Call call)
        {
            string file = call.Value(_file);
            byte[] bytes = await TextFile.ReadBytesAsync(file, Common.Input, call.Cancel);
            var (start, run) = (call.Get<StartImport>(), call.Get<RunImports>());
            var opened = await call.Get<OpenImport>().ExecuteAsync(new(file, bytes), call.Cancel);
            if (!opened.IsSuccess)
                return call.Terminal.Fail(opened);
            long id = opened.Value;
            var mapped = Map(await call.Get<ImportQueries>().ColumnsAsync(id, call.Cancel), call.Value(_map) ?? []);
            var started = mapped.IsSuccess ? await start.CheckAsync(id, mapped.Value, call.Cancel) : mapped;
            if (started.IsSuccess)
                await run.ExecuteAsync(id, call.Cancel);
            bool runs = started.IsSuccess && !call.Value(_check)
                && (await call.Get<ImportQueries>().FindAsync(id, call.Cancel)).Value.Ready > 0;
            if (runs && (started = await start.RunAsync(id, call.Cancel)).IsSuccess)
                await run.ExecuteAsync(id, call.Cancel);
            int code = started.IsSuccess ? await ReportAsync(call, id, runs) : call.Terminal.Fail(started);
            if (!runs)
                await start.DropAsync(id, call.Cancel);
            return code;
        }

        /// <summary>The columns as guessed, but for those that were named.</summary>
        private static Result<IReadOnlyList<ImportField>> Map(IReadOnlyList<ImportColumn> columns, string[] maps)
        {
            var fields = columns.Select(column => column.Field).ToArray();
            foreach (string map in maps)
            {
                string heading = map[..map.LastIndexOf('=')].Trim();
                int column = columns.ToList().FindIndex(each => each.Heading.Equals(heading, StringComparison.OrdinalIgnoreCase));
                if (column < 0)
                    return new Error(ErrorKind.Invalid, "import.no_column",
                        $"--map: the file has no column '{heading}': it has "
                            + $"{string.Join(", ", columns.Select(each => each.Heading))}.");
                var field = FieldOf(map)!.Value;
                for (int other = 0; other < fields.Length; other++)
                    if (fields[other] == field)
                        fields[other] = ImportField.Ignored; // what was guessed gives way
                fields[column] = field;
            }
            return Result.Of<IReadOnlyList<ImportField>>(fields);
        }

        private static async Task<int> ReportAsync(Call call, long id, bool ran)
        {
            var summary = (await call.Get<ImportQueries>().FindAsync(id, call.Cancel)).Value;
            List<ImportRefusal> refused = [];
            await foreach (var refusal in call.Get<ImportQueries>().AllRefusalsAsync(id).WithCancellation(call.Cancel))
                refused.Add(refusal);
            string done = ran
                ? $"Import {id}: customers imported: {summary.Customers}, lines imported: {summary.ImportedLines}, "
                    + $"lines refused: {summary.Refused}"
                : $"Lines ready: {summary.Ready}, lines refused: {summary.Refused}. Nothing was changed.";
            call.Terminal.Done(
                new { id = ran ? id : (long?)null, check = !ran, summary.Lines, summary.Ready, summary.Customers, refused },
                [done, .. refused.Select(refusal =>
                    $"line {refusal.Line}: {(refusal.Field.Length > 0 ? $"{refusal.Field}: " : "")}{refusal.Reason}")]);
            return refused.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        }

        private static ImportField? FieldOf(string map) =>
            map.LastIndexOf('=') is > 0 and var at ? ImportMapping.Find(map[(at + 1)..]) : null;
    }

    private sealed class ImportList(CommonOptions common) : DatabaseVerb(common, "list", "List imports, the newest first")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            (await call.Get<ImportQueries>().ListAsync(new PageRequest(size: PageRequest.MaxSize), call.Cancel)).Items,
            ("ID", i => Views.Count(i.Id)), ("FILE", i => i.FileName), ("STATE", i => Spelling.Of(i.State)),
            ("LINES", i => Views.Count(i.Lines)), ("CUSTOMERS", i => Views.Count(i.Customers)),
            ("REFUSED", i => Views.Count(i.Refused)), ("REMOVED", i => Views.Count(i.Removed)),
            ("BY", i => i.StartedBy), ("UNDO UNTIL", i => i.UndoUntil is { } until ? Views.Day(until) : "-"));
    }
}
