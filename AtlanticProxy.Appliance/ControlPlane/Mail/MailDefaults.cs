using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>What the product says itself: <c>Templates/LANGUAGE/TEMPLATE.liquid</c>, the subject on the first line.</summary>
internal static class MailDefaults
{
    /// <summary>What mails are in where nobody has chosen.</summary>
    public const string Default = "en";

    /// <summary>ISO 639-1.</summary>
    public static readonly IReadOnlyList<string> Languages = [Default, "fr"];

    private static readonly ConcurrentDictionary<(MailTemplate, string), MailText> Texts = new();

    /// <summary>The language, if mails are in it.</summary>
    public static string Known(string language) => Languages.Contains(language) ? language : Default;

    /// <summary>The page around a text, in Liquid.</summary>
    public static string Layout { get; } = Read("layout");

    public static MailText Of(MailTemplate template, string language) => Texts.GetOrAdd((template, language), key =>
    {
        string[] parts = Read($"{key.Item2}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(key.Item1.ToString())}").Split('\n', 2);
        return new MailText(parts[0], parts[1].Trim());
    });

    private static string Read(string name)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(
            $"AtlanticProxy.ControlPlane.Mail.Templates.{name}.liquid")!);
        return text.ReadToEnd();
    }
}
