using System.Text;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>
/// Turns YAML into the JSON that says the same, each value on the line that it had, so that one reader knows documents and its
/// errors name the right place. Numbers become text, as they were written: the reader parses them itself. Of plain words only
/// <c>true</c>, <c>false</c> and <c>null</c> mean more than their letters.
/// </summary>
internal sealed class YamlText
{
    private readonly StringBuilder _json = new();
    private readonly Stack<Container> _open = new();
    private long _line = 1;

    private YamlText() { }

    private enum Container
    {
        List,

        /// <summary>Of a map, what comes next is a name.</summary>
        BeforeName,

        /// <summary>Of a map, what comes next is the value of a name.</summary>
        BeforeValue,
    }

    public static Result<string> ToJson(string yaml)
    {
        var text = new YamlText();
        try
        {
            var parser = new Parser(new StringReader(yaml));
            int documents = 0;
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentStart && ++documents > 1)
                    return Wrong(parser.Current.Start.Line, "one file is one document: remove the second '---'");
                if (text.Add(parser.Current!) is { } problem)
                    return Wrong(parser.Current!.Start.Line, problem);
            }
            return documents == 0 ? "null" : text._json.ToString();
        }
        catch (YamlException malformed)
        {
            return Wrong(malformed.Start.Line, $"this is not YAML ({malformed.Message.TrimEnd('.')})");
        }
    }

    private static Error Wrong(long line, string words) =>
        new(ErrorKind.Invalid, "document.invalid", $"The document is not valid: (line {line}): {words}.");

    /// <returns>What is wrong; null when nothing is.</returns>
    private string? Add(ParsingEvent part)
    {
        if (_open.TryPeek(out var within) && within == Container.BeforeName && part is not (Scalar or MappingEnd))
            return part is AnchorAlias ? "references (*name) are not understood here" : "a name is a text";
        switch (part)
        {
            case AnchorAlias:
                return "references (*name) are not understood here";
            case NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } }:
                return "tags (!name) are not understood here";
            case MappingStart:
                Begin(part);
                _json.Append('{');
                _open.Push(Container.BeforeName);
                break;
            case SequenceStart:
                Begin(part);
                _json.Append('[');
                _open.Push(Container.List);
                break;
            case MappingEnd:
            case SequenceEnd:
                _open.Pop();
                _json.Append(part is MappingEnd ? '}' : ']');
                Ended();
                break;
            case Scalar scalar:
                Begin(part);
                Append(scalar, isName: within == Container.BeforeName && _open.Count > 0);
                break;
        }
        return null;
    }

    private void Append(Scalar scalar, bool isName)
    {
        bool isWord = !isName && scalar.Style == ScalarStyle.Plain;
        _json.Append(scalar.Value switch
        {
            "true" or "false" when isWord => scalar.Value,
            "" or "~" or "null" when isWord => "null",
            var text => JsonSerializer.Serialize(text),
        });
        if (!isName)
        {
            Ended();
            return;
        }
        _json.Append(':');
        _open.Pop();
        _open.Push(Container.BeforeValue);
    }

    /// <summary>What separates a value from the one before it, and lines until its own.</summary>
    private void Begin(ParsingEvent part)
    {
        if (_json.Length > 0 && _json[^1] is not ('{' or '[' or ':' or '\n'))
            _json.Append(',');
        for (; _line < part.Start.Line; _line++)
            _json.Append('\n');
    }

    /// <summary>After a value: of a map, the next is a name.</summary>
    private void Ended()
    {
        if (_open.TryPeek(out var within) && within == Container.BeforeValue)
        {
            _open.Pop();
            _open.Push(Container.BeforeName);
        }
    }
}
