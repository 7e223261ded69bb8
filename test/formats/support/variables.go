package main

import (
	_ "embed"
	"example.com/app/other"
	"strings"
)

// var commented = "old"
/* var commentedToo string */

var bare string
var untyped = "old"
var typed string = "old" // with a comment
var raw = `old var inRaw = "x"`
var joined = "o" + ("l" + `d`)
var parenthesised = (("old"))
var converted = string("old")
var convertedAlias = Alias("old")
var empty = ""
var fromConstant = constant
var fromTyped = typedConstant
var fromOther = other.Constant
var fromRepeated = repeated + "d"
var quotes = "\"(old" + "}'"

var (
	grouped, paired string = "old", "older"
	inGroup = "old"; afterSemicolon = "old"

	lonely string
	aliased Alias = "old"
)

var first, second = "old", "older"
var third, fourth string

var called = strings.ToUpper("old")
var calledLocally = call("old")
var literalCall = func() string { var inside = "x"; return inside }()
var fromVariable = called
var fromSlice = "old..."[:3]
var fromIndex = table[0]
var fromBytes = string([]byte{'o', 'l', 'd'})
var fromBoth, ignored = two()
var sum = "old" + called

var number = 3
var character = 'x'
var boolean = true
var named Named = "old"
var namedBare Named
var convertedNamed = Named("old")
var fromNamedConstant = namedConstant
var anything any = "old"
var pointer *string
var bytes []byte
var table = []string{"old", "older"}
var structure struct { Inside string }
var function func() string

//go:embed embedded.txt
var embedded string

var (
	//go:embed embedded.txt
	embeddedInGroup string
)

const (
	constant = "o" + `ld`
	before = "ol"
	repeated
)
const typedConstant string = "old"
const namedConstant Named = "old"

type (
	Alias = string
	Named string
)

type Generic[T any] struct { field T }

func (g Generic[T]) method() { var inMethod string; _ = inMethod }

func call(s string) string { return strings.ToLower(s) }
func two() (string, string) { return "old", "older" }
