// Which calls of a C# code base lead to which file, by Roslyn: an oracle for bench/accuracy.ts. For the SDK of .NET 3.1 or newer, whose folders are R and REF:
//
//   R=$(dirname "$(find "$DOTNET_ROOT/sdk" -name csc.dll)"); REF=$(find "$DOTNET_ROOT/packs/Microsoft.NETCore.App.Ref" -path '*/ref/*' -prune)
//   dotnet $R/csc.dll -langversion:8 -nullable:enable -out:csharp-calls.dll $(printf -- '-r:%s ' $REF/*.dll) -r:$R/Microsoft.CodeAnalysis.dll \
//       -r:$R/Microsoft.CodeAnalysis.CSharp.dll bench/oracles/csharp-calls.cs
//   (beside it: Roslyn's libraries, and a csharp-calls.runtimeconfig.json that names the framework)
//   dotnet csharp-calls.dll ROOT [--references FOLDER] [SYMBOL ...] > ORACLE
//
// ROOT's .cs files are one compilation; SYMBOLs are the preprocessor's. How many calls have no symbol is said on stderr.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

static class CSharpCalls
{
    static void Main(string[] args)
    {
        var root = Path.GetFullPath(args[0]);
        var symbols = args.Skip(1).ToList();
        var references = Option(symbols, "--references") ?? Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var parsing = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: symbols);
        var trees = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part == "bin" || part == "obj"))
            .OrderBy(path => path, StringComparer.Ordinal)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(root, path)), parsing, path))
            .ToList();
        var compilation = CSharpCompilation.Create(
            "oracle",
            trees,
            Directory.EnumerateFiles(references, "*.dll").Where(IsManaged).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        var (all, unknown) = (0, 0);
        var calls = new HashSet<(string Caller, string Target, string Name)>();
        foreach (var tree in trees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes().Where(IsCall))
            {
                all++;
                var info = model.GetSymbolInfo(node);
                var symbol = info.Symbol ?? (info.CandidateSymbols.Length == 1 ? info.CandidateSymbols[0] : null);
                if (symbol == null && !IsNameof(node)) unknown++;
                if (!(symbol is IMethodSymbol method) || !(FileOf(method) is string file)) continue;
                var name = method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.Name;
                calls.Add((tree.FilePath, file, name));
            }
        }
        Console.Error.WriteLine($"{trees.Count} files, {all} calls, {unknown} of them without a symbol, {calls.Count} triples");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            files = trees.Select(tree => tree.FilePath),
            calls = calls.Select(call => new[] { call.Caller, call.Target, call.Name })
                .OrderBy(call => string.Join('\t', call), StringComparer.Ordinal),
        }));
    }

    static string? Option(List<string> args, string name)
    {
        var at = args.IndexOf(name);
        if (at == -1) return null;
        var value = args[at + 1];
        args.RemoveRange(at, 2);
        return value;
    }

    static bool IsManaged(string path)
    {
        try { return System.Reflection.AssemblyName.GetAssemblyName(path) != null; }
        catch (BadImageFormatException) { return false; }
    }

    static bool IsCall(SyntaxNode node) =>
        node is InvocationExpressionSyntax || node is ObjectCreationExpressionSyntax || node is ConstructorInitializerSyntax;

    static bool IsNameof(SyntaxNode node) =>
        node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier: { ValueText: "nameof" } } };

    /** The file with the body of what a call leads to; none, where it is not in the source or may be in several. */
    static string? FileOf(IMethodSymbol called)
    {
        if (called.MethodKind == MethodKind.DelegateInvoke) return null;
        var method = (called.ReducedFrom ?? called).OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        ISymbol declared = method.IsImplicitlyDeclared && method.MethodKind == MethodKind.Constructor ? method.ContainingType : (ISymbol)method;
        var files = declared.DeclaringSyntaxReferences.Select(each => each.SyntaxTree.FilePath).Distinct().ToList();
        return files.Count == 1 ? files[0] : null;
    }
}
